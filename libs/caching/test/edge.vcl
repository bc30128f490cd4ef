vcl 4.1;

import purge;
import xkey;

backend origin {
  .host = "127.0.0.1";
  .port = "ORIGIN_PORT";
}

acl purgers {
  "127.0.0.1";
}

sub vcl_recv {
  if (req.method == "PURGE") {
    if (client.ip !~ purgers || req.http.purge-key != "secret") {
      return (synth(403));
    }
    if (req.http.xkey-purge) {
      set req.http.purged = xkey.purge(req.http.xkey-purge);
      return (synth(200));
    }
    if (req.http.xkey-softpurge) {
      set req.http.purged = xkey.softpurge(req.http.xkey-softpurge);
      return (synth(200));
    }
    set req.http.host = req.http.purge-host;
    # vcl_hit decides whether it is a soft purge.
    return (hash);
  }
  unset req.http.x-state;
}

sub vcl_hit {
  if (req.method == "PURGE") {
    if (req.http.purge-soft) {
      purge.soft();
    } else {
      purge.hard();
    }
    return (synth(200));
  }
  set req.http.x-state = "fresh";
  if (obj.ttl <= 0s) {
    set req.http.x-state = "stale";
  }
}

sub vcl_miss {
  if (req.method == "PURGE") {
    # An object may have variants, and this request matches none of them.
    if (req.http.purge-soft) {
      purge.soft();
    } else {
      purge.hard();
    }
    return (synth(200));
  }
}

sub vcl_deliver {
  set resp.http.x-state = req.http.x-state;
  # Tags are not for clients.
  unset resp.http.xkey;
  unset resp.http.surrogate-key;
}
