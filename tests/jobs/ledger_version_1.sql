PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE history (                   -- outlives the job
    job TEXT NOT NULL, time REAL NOT NULL, attempt INTEGER NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, why TEXT NOT NULL
);
INSERT INTO "history" VALUES('6f9227830907fb310cf4',1700000000.0,0,'','queued','asked');
INSERT INTO "history" VALUES('18c233c803546ea57432',1700000010.0,0,'','queued','asked');
INSERT INTO "history" VALUES('42e7eb80d6deb628d7be',1700000020.0,0,'','queued','asked');
INSERT INTO "history" VALUES('e8aec1e244b5791c6a06',1700000030.0,0,'','queued','asked');
INSERT INTO "history" VALUES('6f9227830907fb310cf4',1700000040.0,1,'queued','running','claimed');
INSERT INTO "history" VALUES('6f9227830907fb310cf4',1700000050.0,1,'running','done','');
INSERT INTO "history" VALUES('18c233c803546ea57432',1700000060.0,1,'queued','running','claimed');
INSERT INTO "history" VALUES('18c233c803546ea57432',1700000070.0,1,'running','failed','no');
INSERT INTO "history" VALUES('42e7eb80d6deb628d7be',1700000080.0,1,'queued','running','claimed');
INSERT INTO "history" VALUES('8f347ce2495a94da5320',1700000090.0,0,'','queued','asked');
INSERT INTO "history" VALUES('8f347ce2495a94da5320',1700000110.0,0,'queued','cancelled','cancelled');
INSERT INTO "history" VALUES('8f347ce2495a94da5320',1700000120.0,0,'cancelled','','deleted');
CREATE TABLE jobs (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,   -- order of asking: clocks may jump, this does not
    id            TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL,
    question      TEXT NOT NULL,
    meta          TEXT NOT NULL,
    limits        TEXT NOT NULL,
    title         TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    priority      INTEGER NOT NULL,
    attempt       INTEGER NOT NULL DEFAULT 0,          -- the fence: only the attempt named here may close the job
    cancelling    INTEGER NOT NULL DEFAULT 0,
    faults        INTEGER NOT NULL DEFAULT 0,          -- attempts that died by themselves
    interruptions INTEGER NOT NULL DEFAULT 0,          -- attempts that were killed from outside
    handle        TEXT,                                -- where the attempt runs, in the backend's words
    folder        TEXT NOT NULL DEFAULT '',            -- where the last attempt writes
    created       REAL NOT NULL,
    started       REAL,
    ended         REAL,
    stage         TEXT NOT NULL DEFAULT '',
    fraction      REAL NOT NULL DEFAULT 0,
    detail        TEXT NOT NULL DEFAULT '',
    energy_change REAL,
    memory_mb     REAL NOT NULL DEFAULT 0,
    reason        TEXT NOT NULL DEFAULT ''
);
INSERT INTO "jobs" VALUES(1,'6f9227830907fb310cf4','probe','{"dt":0.0,"name":"a","steps":1}','{}','{"memory_mb":200,"threads":1,"wall_s":60}','a','done',0,1,0,0,0,NULL,'/nowhere/runs/6f9227830907fb310cf4/a1',1700000000.0,1700000040.0,1700000050.0,'',1.0,'',NULL,12.5,'');
INSERT INTO "jobs" VALUES(2,'18c233c803546ea57432','probe','{"dt":0.0,"name":"b","steps":1}','{}','{"memory_mb":200,"threads":1,"wall_s":60}','b','failed',0,1,0,0,0,NULL,'/nowhere/runs/18c233c803546ea57432/a1',1700000010.0,1700000060.0,1700000070.0,'',0.0,'',NULL,12.5,'no');
INSERT INTO "jobs" VALUES(3,'42e7eb80d6deb628d7be','probe','{"dt":0.0,"name":"c","steps":1}','{}','{"memory_mb":200,"threads":1,"wall_s":60}','c','running',0,1,0,0,0,NULL,'/nowhere/runs/42e7eb80d6deb628d7be/a1',1700000020.0,1700000080.0,NULL,'',0.0,'',NULL,0.0,'');
INSERT INTO "jobs" VALUES(4,'e8aec1e244b5791c6a06','probe','{"dt":0.0,"name":"d","steps":1}','{}','{"memory_mb":200,"threads":1,"wall_s":60}','d','queued',0,0,0,0,0,NULL,'',1700000030.0,NULL,NULL,'',0.0,'',NULL,0.0,'');
CREATE TABLE results (
    job     TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,  -- one answer a job
    attempt INTEGER NOT NULL,
    body    TEXT NOT NULL
);
INSERT INTO "results" VALUES('6f9227830907fb310cf4',1,'{"status": "ok", "name": "a"}');
INSERT INTO "results" VALUES('18c233c803546ea57432',1,'{"status": "failed", "reason": "no"}');
CREATE INDEX queue ON jobs (state, priority DESC, number);
CREATE INDEX history_of ON history (job);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('jobs',5);
COMMIT;
