package io.keelson.etcd;

/** Who this client is to an etcd with authentication; {@code toString} hides the password. */
public record EtcdUser(String name, String password) {
    public EtcdUser {
        if (name.isEmpty() || password.isEmpty()) {
            throw new IllegalArgumentException("an etcd user needs a name and a password");
        }
    }

    @Override
    public String toString() {
        return "EtcdUser[" + name + "]";
    }
}
