"""The service under load, faults and nonsense; each is a script that anyone can run."""
