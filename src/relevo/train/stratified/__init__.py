"""Stratified training: a model for each segment, pooled exactly as far as the evidence says."""
