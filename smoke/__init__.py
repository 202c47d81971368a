"""Is what was deployed what was built, and does it work? `python -m smoke API_URL --site SITE_URL` asks it over HTTP.

Standard library only, so that any Python from 3.10 runs it where the deployment was started.
"""
