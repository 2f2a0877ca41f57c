"""Blue-green: one version is replaced by another under load, and nobody who uses it notices.

`switching` leads it over an `environment`, which is what a place offers: here `local`, processes
and HAProxy on one machine. `decision` says whether a step may be followed by the next.
"""
