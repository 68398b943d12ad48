/**
 * Recovery points in any S3-compatible store.
 */
@NullMarked
package io.github.drkit.minio;

import org.jspecify.annotations.NullMarked;
