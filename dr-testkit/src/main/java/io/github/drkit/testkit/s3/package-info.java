/**
 * An S3 store for tests and examples that needs neither a container nor an account:
 * {@link io.github.drkit.testkit.s3.LocalS3}.
 */
@NullMarked
package io.github.drkit.testkit.s3;

import org.jspecify.annotations.NullMarked;
