/**
 * Kubernetes and Velero. Nothing is built here yet: see the changelog for what is.
 */
@NullMarked
package io.github.drkit.k8s;

import org.jspecify.annotations.NullMarked;
