"""What all trainings share: checkpoints, splits, scores, the table of computed levels."""
