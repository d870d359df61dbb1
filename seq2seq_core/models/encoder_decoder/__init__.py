"""The tutorial's network: a recurrent stack reads and hands its states over to one that writes."""
