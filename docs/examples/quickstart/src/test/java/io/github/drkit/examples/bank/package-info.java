/** A service that protects its database, as docs/keys.md and docs/getting-started.md build it up. */
@NullMarked
package io.github.drkit.examples.bank;

import org.jspecify.annotations.NullMarked;
