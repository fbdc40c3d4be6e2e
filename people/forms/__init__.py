"""Forms: what people type, checked and said back in plain words. They decide nothing."""
