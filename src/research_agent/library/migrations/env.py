"""What Alembic runs: the steps on the connection that it was handed, inside the caller's transaction."""

from alembic import context

from research_agent.library.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
