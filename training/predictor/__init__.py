"""Calibration, networks, trees and priors behind Predict, with their baselines."""
