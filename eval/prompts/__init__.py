"""Prompts: does every assembled prompt hold what the guide asks, without contradiction, by its profile's rules?"""
