-- What a host must have announced to be given a release's full payload. All payloads that were
-- published before this was kept came from a builder that used these two.
alter table release add column capabilities varchar(256) default 'zstd zstd-history' not null;
