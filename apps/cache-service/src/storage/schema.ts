/** The schema of this service in the events database. Only this service uses it. */
export const SCHEMA = 'cache_service';
