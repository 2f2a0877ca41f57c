"""LGPD: requests of persons, holds, certificates of erasure, incidents, one's own account."""
