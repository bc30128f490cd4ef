/**
 * Keys that compose 1.29 and v2 both accept. Version 1.29 rejects every unknown key, so these lists are its own schema
 * (compose_spec.json of 1.29.2), without `version`, which is obsolete in v2, and without `container_name`, which excludes
 * `scale`.
 */
export const TOP_LEVEL_KEYS = new Set(['services', 'networks', 'volumes', 'secrets', 'configs']);

export const SERVICE_KEYS = new Set(
  `blkio_config build cap_add cap_drop cgroup_parent command configs cpu_count cpu_percent cpu_period cpu_quota
  cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on deploy device_cgroup_rules devices dns
  dns_opt dns_search domainname entrypoint env_file environment expose extends external_links extra_hosts group_add
  healthcheck hostname image init ipc isolation labels links logging mac_address mem_limit mem_reservation mem_swappiness
  memswap_limit network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports privileged profiles
  pull_policy read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal
  storage_opt sysctls tmpfs tty ulimits user userns_mode volumes volumes_from working_dir`.split(/\s+/),
);

/** The keys of the mappings within a service that differ between the two versions. */
export const NESTED_KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  build: new Set(
    'args cache_from context dockerfile extra_hosts isolation labels network shm_size target'.split(' '),
  ),
  healthcheck: new Set('disable interval retries start_period test timeout'.split(' ')),
  logging: new Set('driver options'.split(' ')),
};

export const CONDITIONS = new Set(['service_started', 'service_healthy', 'service_completed_successfully']);
