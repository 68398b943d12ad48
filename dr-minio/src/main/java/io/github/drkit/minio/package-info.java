/**
 * Recovery points in S3-compatible stores that honour conditional writes.
 */
@NullMarked
package io.github.drkit.minio;

import org.jspecify.annotations.NullMarked;
