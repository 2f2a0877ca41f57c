"""How many of each role run: the policies, what they are decided from, and a simulator of both."""
