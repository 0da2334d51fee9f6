create table if not exists esquema_version (version text primary key);
create table submission (id serial primary key, titulo text not null, clave text not null unique);
create table vision_monthly_usage (count integer not null);
insert into vision_monthly_usage values (10);
insert into submission (titulo, clave) values ('La primera', 'a'), ('La segunda, con ñ y ''comillas''', 'b');
insert into esquema_version values ('v1.0.0');
