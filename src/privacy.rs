//! Private data found and masked; control characters made harmless.
