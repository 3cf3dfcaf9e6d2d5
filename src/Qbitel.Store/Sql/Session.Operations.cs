namespace Qbitel.Store.Sql;

internal sealed partial class Session
{
    private static readonly SqlText IncidentColumns = new(
        "id, kind, target, severity, state, summary, opened_at, response_due_at, closed_at, details");

    private static readonly SqlText ArchiveColumns = new(
        "id, reference, protocol, archived_at, retain_until, kem_algorithm, cipher_algorithm, sealing_key_id, " +
        "sealing_key_version, sealed, signature_algorithm, signing_key_id, signing_key_version, signature");

    public override Task<IncidentRecord?> FindIncidentAsync(Guid id, CancellationToken cancellationToken) =>
        FindAsync($"SELECT {IncidentColumns} FROM incident WHERE id = {id}", ReadIncident, cancellationToken);

    public override IAsyncEnumerable<IncidentRecord> ReadIncidentsAsync(ReadOrder order = ReadOrder.NewestFirst) =>
        PagesAsync(last => PageById(IncidentColumns, new SqlText("incident"), last?.Id, order), ReadIncident);

    public override Task<ArchivedMessage?> FindArchivedMessageAsync(Guid id, CancellationToken cancellationToken) =>
        FindAsync($"SELECT {ArchiveColumns} FROM archived_message WHERE id = {id}", ReadArchived, cancellationToken);

    public override async Task<IReadOnlyList<ArchivedMessage>> ReadArchiveAsync(string reference,
        CancellationToken cancellationToken) =>
        await ListAsync($"SELECT {ArchiveColumns} FROM archived_message WHERE reference = {reference} ORDER BY id",
            ReadArchived, cancellationToken);

    public override IAsyncEnumerable<ArchivedMessage> ReadArchiveAsync(ReadOrder order = ReadOrder.NewestFirst) =>
        PagesAsync(last => PageById(ArchiveColumns, new SqlText("archived_message"), last?.Id, order), ReadArchived);

    public override Task<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
        FindAsync($"SELECT value FROM setting WHERE name = {name}", row => row.Text(), cancellationToken);

    public override async Task<IReadOnlyDictionary<string,
        string>> ReadSettingsAsync(CancellationToken cancellationToken) =>
        (await ListAsync($"SELECT name, value FROM setting ORDER BY name", row =>
            KeyValuePair.Create(row.Text(), row.Text()), cancellationToken))
            .ToDictionary(StringComparer.Ordinal);

    public override async Task<IReadOnlyList<JournalStep>> ReadJournalAsync(Guid planId,
        CancellationToken cancellationToken) =>
        await ListAsync(
            $"SELECT plan_id, step, state, at, data FROM journal WHERE plan_id = {planId} ORDER BY at, step",
            row => new JournalStep(row.Id(), row.Text(), row.Enum<StepState>(), row.Time(), row.TextOrNull()),
            cancellationToken);

    public override Task PutAsync(IncidentRecord incident, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incident);

        return ExecuteAsync($"""
            INSERT INTO incident ({IncidentColumns})
            VALUES ({incident.Id}, {incident.Kind}, {incident.Target}, {incident.Severity}, {incident.State},
                {incident.Summary}, {incident.OpenedAt}, {incident.ResponseDueAt}, {incident.ClosedAt},
                {incident.DetailsJson})
            ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, state = excluded.state,
                summary = excluded.summary, response_due_at = excluded.response_due_at,
                closed_at = excluded.closed_at, details = excluded.details
            """, cancellationToken);
    }

    public override Task AddAsync(ArchivedMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);

        return ExecuteAsync($"""
            INSERT INTO archived_message ({ArchiveColumns})
            VALUES ({message.Id}, {message.Reference}, {message.Protocol}, {message.ArchivedAt}, {message.RetainUntil},
                {message.KemAlgorithm}, {message.CipherAlgorithm}, {message.SealingKeyId}, {message.SealingKeyVersion},
                {message.Sealed}, {message.SignatureAlgorithm}, {message.SigningKeyId}, {message.SigningKeyVersion},
                {message.Signature})
            """, cancellationToken);
    }

    public override Task PutSettingAsync(string name, string value, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);

        return ExecuteAsync($"""
            INSERT INTO setting (name, value) VALUES ({name}, {value})
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """, cancellationToken);
    }

    public override Task PutAsync(JournalStep journalStep, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(journalStep);

        return ExecuteAsync($"""
            INSERT INTO journal (plan_id, step, state, at, data)
            VALUES ({journalStep.PlanId}, {journalStep.Step}, {journalStep.State}, {journalStep.At},
                {journalStep.DataJson})
            ON CONFLICT (plan_id, step) DO UPDATE SET state = excluded.state, at = excluded.at, data = excluded.data
            """, cancellationToken);
    }

    private static IncidentRecord ReadIncident(Row row) => new()
    {
        Id = row.Id(),
        Kind = row.Text(),
        Target = row.Text(),
        Severity = row.Enum<IncidentSeverity>(),
        State = row.Enum<IncidentState>(),
        Summary = row.Text(),
        OpenedAt = row.Time(),
        ResponseDueAt = row.TimeOrNull(),
        ClosedAt = row.TimeOrNull(),
        DetailsJson = row.TextOrNull(),
    };

    private static ArchivedMessage ReadArchived(Row row) => new()
    {
        Id = row.Id(),
        Reference = row.Text(),
        Protocol = row.Text(),
        ArchivedAt = row.Time(),
        RetainUntil = row.Time(),
        KemAlgorithm = row.Text(),
        CipherAlgorithm = row.Text(),
        SealingKeyId = row.KeyIdOrNull(),
        SealingKeyVersion = row.IntOrNull(),
        Sealed = row.Bytes(),
        SignatureAlgorithm = row.Text(),
        SigningKeyId = row.KeyIdOrNull(),
        SigningKeyVersion = row.IntOrNull(),
        Signature = row.Bytes(),
    };
}
