"""Every kind of defect that is planted, one module for each place where it sits."""
