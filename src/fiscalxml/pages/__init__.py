"""What people read: names and words of the codes, and pages of HTML that need no network.

Pages are made with Jinja2, which takes a while to import: nothing is imported here.
"""
