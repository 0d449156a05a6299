-- A signed statement that the channel's hosts may go to an older release; the file as it came.
alter table channel add column downgrade varchar(8192) default '' not null;
