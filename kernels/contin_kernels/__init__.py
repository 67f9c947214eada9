"""The compiled engine of contin: arrays and numbers in, arrays and numbers out.

Nothing here knows a model, a file or a picture. Kernels return a status and never raise, print, or allocate in a step.
Importing this package compiles nothing; importing one of its modules declares kernels, which Numba compiles at their
first call and keeps on disk (see `contin_kernels.jit`).
"""
