/**
 * S3 stores for tests and examples that need neither a container nor an account.
 *
 * <p>{@link io.github.drkit.testkit.s3.LocalS3} serves a folder, verifies signatures, and has neither versions nor locks.
 * {@link io.github.drkit.testkit.s3.FakeS3} is in memory, has versions and locks, follows a virtual clock, fails on
 * script and can lie.
 */
@NullMarked
package io.github.drkit.testkit.s3;

import org.jspecify.annotations.NullMarked;
