"""From a guide of research domains to prompts and annotated bibliographies with proof."""
