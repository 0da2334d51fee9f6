create table avance (submission integer primary key references submission (id), paso integer not null, clave text);
alter table submission add column archivada boolean not null default false;
insert into avance (submission, paso) select id, 1 from submission;
insert into esquema_version values ('v2.0.0');
