using Qbitel.Governance;

namespace Qbitel.Store.Sql;

internal sealed partial class Session
{
    private static readonly SqlText KeyColumns = new(
        "id, name, type, algorithm, service, policy_id, rotation_period, requires_hsm, dual_control, " +
        "current_version, made_at");

    private static readonly SqlText KeyVersionColumns = new(
        "key_id, version, state, token, token_key_id, public_key, made_at, activated_at, rotate_due_at, " +
        "deactivated_at, compromised_at, destroyed_at");

    private static readonly SqlText ServiceColumns = new("name, state, subdomain, policy_id, configuration, made_at");

    public override Task<KeyRecord?> FindKeyAsync(KeyId id, CancellationToken cancellationToken) =>
        FindAsync($"SELECT {KeyColumns} FROM managed_key WHERE id = {id}", ReadKey, cancellationToken);

    public override Task<KeyRecord?> FindKeyAsync(string name, CancellationToken cancellationToken) =>
        FindAsync($"SELECT {KeyColumns} FROM managed_key WHERE name = {name}", ReadKey, cancellationToken);

    public override IAsyncEnumerable<KeyRecord> ReadKeysAsync(string? service = null) =>
        PagesAsync(
            last => service is null
                ? PageById(KeyColumns, new SqlText("managed_key"), last?.Id.Value, ReadOrder.OldestFirst)
                : (Statement)$"""
                    SELECT {KeyColumns} FROM managed_key WHERE service = {service} AND id > {last?.Id.ToString() ?? ""}
                    ORDER BY id LIMIT {PageSize}
                    """,
            ReadKey);

    public override Task<KeyVersionRecord?> FindKeyVersionAsync(KeyId id, int version,
        CancellationToken cancellationToken) =>
        FindAsync($"SELECT {KeyVersionColumns} FROM key_version WHERE key_id = {id} AND version = {version}",
            ReadKeyVersion, cancellationToken);

    public override async Task<IReadOnlyList<KeyVersionRecord>> ReadKeyVersionsAsync(KeyId id,
        CancellationToken cancellationToken) =>
        await ListAsync($"SELECT {KeyVersionColumns} FROM key_version WHERE key_id = {id} ORDER BY version",
            ReadKeyVersion, cancellationToken);

    public override Task<ServiceRecord?> FindServiceAsync(string name, CancellationToken cancellationToken) =>
        FindAsync($"SELECT {ServiceColumns} FROM service WHERE name = {name}", ReadService, cancellationToken);

    public override IAsyncEnumerable<ServiceRecord> ReadServicesAsync() =>
        PagesAsync(
            last => $"""
                SELECT {ServiceColumns} FROM service WHERE name > {last?.Name ?? ""}
                ORDER BY name LIMIT {PageSize}
                """,
            ReadService);

    public override async Task PutAsync(KeyRecord key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);

        int rows = await ExecuteAsync($"""
            INSERT INTO managed_key ({KeyColumns})
            VALUES ({key.Id}, {key.Name}, {key.Type}, {key.Algorithm}, {key.Service}, {key.PolicyId},
                {key.RotationPeriod}, {key.RequiresHsm}, {key.DualControl}, {key.CurrentVersion}, {key.MadeAt})
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, service = excluded.service,
                policy_id = excluded.policy_id, rotation_period = excluded.rotation_period,
                requires_hsm = excluded.requires_hsm, dual_control = excluded.dual_control,
                current_version = excluded.current_version
            WHERE managed_key.type = excluded.type AND managed_key.algorithm = excluded.algorithm
            """, cancellationToken);
        if (rows == 0)
        {
            throw Refuse(new StateStoreException(
                $"Key {key.Id} exists with another type or algorithm than {key.Type}, {key.Algorithm}: "
                    + "make a new key instead."));
        }
    }

    public override Task PutAsync(KeyVersionRecord version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(version);

        return ExecuteAsync($"""
            INSERT INTO key_version ({KeyVersionColumns})
            VALUES ({version.KeyId}, {version.Version}, {version.State}, {version.Token}, {version.TokenKeyId},
                {version.PublicKey}, {version.MadeAt}, {version.ActivatedAt}, {version.RotateDueAt},
                {version.DeactivatedAt}, {version.CompromisedAt}, {version.DestroyedAt})
            ON CONFLICT (key_id, version) DO UPDATE SET state = excluded.state, token = excluded.token,
                token_key_id = excluded.token_key_id, public_key = excluded.public_key,
                activated_at = excluded.activated_at, rotate_due_at = excluded.rotate_due_at,
                deactivated_at = excluded.deactivated_at, compromised_at = excluded.compromised_at,
                destroyed_at = excluded.destroyed_at
            """, cancellationToken);
    }

    public override Task PutAsync(ServiceRecord service, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(service);

        return ExecuteAsync($"""
            INSERT INTO service ({ServiceColumns})
            VALUES ({service.Name}, {service.State}, {service.Subdomain}, {service.PolicyId},
                {service.ConfigurationJson}, {service.MadeAt})
            ON CONFLICT (name) DO UPDATE SET state = excluded.state, subdomain = excluded.subdomain,
                policy_id = excluded.policy_id, configuration = excluded.configuration
            """, cancellationToken);
    }

    private static KeyRecord ReadKey(Row row) => new()
    {
        Id = row.KeyId(),
        Name = row.Text(),
        Type = row.Enum<KeyType>(),
        Algorithm = row.Algorithm(),
        Service = row.TextOrNull(),
        PolicyId = row.Text(),
        RotationPeriod = row.SpanOrNull(),
        RequiresHsm = row.Flag(),
        DualControl = row.Flag(),
        CurrentVersion = row.IntOrNull(),
        MadeAt = row.Time(),
    };

    private static KeyVersionRecord ReadKeyVersion(Row row) => new()
    {
        KeyId = row.KeyId(),
        Version = row.Int(),
        State = row.Enum<KeyState>(),
        Token = row.Text(),
        TokenKeyId = row.Text(),
        PublicKey = row.Bytes(),
        MadeAt = row.Time(),
        ActivatedAt = row.TimeOrNull(),
        RotateDueAt = row.TimeOrNull(),
        DeactivatedAt = row.TimeOrNull(),
        CompromisedAt = row.TimeOrNull(),
        DestroyedAt = row.TimeOrNull(),
    };

    private static ServiceRecord ReadService(Row row) => new()
    {
        Name = row.Text(),
        State = row.Enum<ServiceState>(),
        Subdomain = row.Text(),
        PolicyId = row.Text(),
        ConfigurationJson = row.Text(),
        MadeAt = row.Time(),
    };
}
