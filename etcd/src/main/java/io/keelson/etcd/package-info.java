/** A thin etcd v3 client over the JSON gateway. */
@NullMarked
package io.keelson.etcd;

import org.jspecify.annotations.NullMarked;
