"""Live sources: services are asked for works, what they tell becomes sources, and gaps become the next questions."""
