"""A sweep: one recipe trained again and again, with other values of some of its fields each time."""
