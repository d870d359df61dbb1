"""Where watched trainings run."""
