/**
 * The one JSON form that is signed, digested and compared byte by byte.
 */
@NullMarked
package io.github.drkit.json;

import org.jspecify.annotations.NullMarked;
