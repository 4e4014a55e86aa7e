"""What a person who marks needs: answers, hints, similar answers, pictures. Imports `session`, `course` and below."""
