//! Programs that are run: commands that the user wrote, and git.
