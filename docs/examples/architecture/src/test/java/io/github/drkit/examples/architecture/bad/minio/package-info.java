/** Wrong on purpose. */
@NullMarked
package io.github.drkit.examples.architecture.bad.minio;

import org.jspecify.annotations.NullMarked;
