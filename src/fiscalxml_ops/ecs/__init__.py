"""What runs inside a container of Amazon ECS before the role itself."""
