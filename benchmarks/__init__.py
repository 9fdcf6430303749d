"""Ours beside the peers that a user would pick, in one run on one core: `python -m benchmarks`.

measure   times taken in turn, so that two of them can be compared
row       what is measured, beside whom, and how much at most; what came of it
rows      the table of the rows
peer      a peer, or a snippet, imported when a row needs it
network   one training step, forward and backward, in each framework
mlp, xor  the two networks
slope     functions of known slope, for differences, checks and duals
report    the table as text and as data
picture   the data as a picture
"""
