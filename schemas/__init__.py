"""The ground of the house: the contracts that every other package keeps, and nothing heavy."""
