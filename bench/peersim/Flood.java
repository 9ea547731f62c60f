package flood;

import java.util.HashMap;
import peersim.config.Configuration;
import peersim.config.FastConfig;
import peersim.core.*;
import peersim.edsim.EDProtocol;
import peersim.transport.Transport;

/** Minimal flooding: a table of message ids per node, TTL, never back to the sender. */
public class Flood implements EDProtocol {
	static final class Guid {
		final long high, low;
		Guid(long h, long l) { high = h; low = l; }
		public int hashCode() { return (int) (high ^ (high >>> 32) ^ low ^ (low >>> 32)); }
		public boolean equals(Object o) { return o instanceof Guid && ((Guid) o).high == high && ((Guid) o).low == low; }
	}
	static final class Query {
		final Guid guid; final int ttl, hops; final Node from;
		Query(Guid g, int t, int h, Node f) { guid = g; ttl = t; hops = h; from = f; }
	}
	static long messages, duplicates, reached;
	HashMap<Guid, Node> seen = new HashMap<Guid, Node>(4);
	public Flood(String prefix) {}
	public Object clone() {
		try { Flood f = (Flood) super.clone(); f.seen = new HashMap<Guid, Node>(4); return f; }
		catch (CloneNotSupportedException e) { throw new RuntimeException(e); }
	}
	public void processEvent(Node node, int pid, Object event) {
		Query q = (Query) event;
		messages++;
		if (seen.containsKey(q.guid)) { duplicates++; return; }
		seen.put(q.guid, q.from);
		reached++;
		if (q.ttl <= 1) return;
		send(node, pid, new Query(q.guid, q.ttl - 1, q.hops + 1, node), q.from);
	}
	void send(Node node, int pid, Query q, Node except) {
		Linkable links = (Linkable) node.getProtocol(FastConfig.getLinkable(pid));
		Transport transport = (Transport) node.getProtocol(FastConfig.getTransport(pid));
		for (int i = 0; i < links.degree(); i++) {
			Node peer = links.getNeighbor(i);
			if (peer != except && peer.isUp()) transport.send(node, peer, q, pid);
		}
	}
}
