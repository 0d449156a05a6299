package io.keelson.reboot.proof;

/**
 * A host that is known to wait.
 *
 * @param askedAt its place was taken after this
 * @param since and before this
 * @param fence of the grant that ended it
 * @param until last moment at which it certainly waits, or was served
 */
record Wait(String host, long askedAt, long since, long until, long fence) {}
