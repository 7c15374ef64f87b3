namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// The signing names of services whose host names say something else. Switches rather than dictionaries: nothing is built
/// when the program starts. Sources: the endpoint rules and the service models that every AWS SDK carries, and the user
/// guides of the services for the hosts that they hand out to customers.
/// </summary>
internal static class SigningNames
{
    /// <summary>
    /// The signing name for the labels that stand before the region: that of the longest known name they end with, else their
    /// last label (<c>api.ecr</c> signs as <c>ecr</c>). Null when there are no labels; <see cref="UnsignedHost.Name"/> when the
    /// host takes no signature.
    /// </summary>
    public static string? BeforeRegion(ReadOnlySpan<char> labels)
    {
        const string DualStackLabel = ".dualstack"; // S3 keeps the plain suffix and puts this before the region
        if (labels.EndsWith(DualStackLabel))
            labels = labels[..^DualStackLabel.Length];
        if (labels.IsEmpty)
            return null;

        // From all labels to the last one alone: the first hit is the longest.
        string? name = Known(labels);
        ReadOnlySpan<char> rest = labels;
        for (int dot; name is null && (dot = rest.IndexOf('.')) >= 0; rest = rest[(dot + 1)..])
            name = Known(rest[dot..]) ?? Known(rest[(dot + 1)..]);

        return name ?? (rest.StartsWith("s3express-") ? "s3express" : rest.ToString()); // s3express-{availability zone}
    }

    /// <summary>
    /// The signing name where it is not the last label before the region. A key that begins with a dot asks for at least
    /// one more label before it.
    /// </summary>
    private static string? Known(ReadOnlySpan<char> labels) => labels switch
    {
        "acm-acme" => "acm",
        "agent-registry-control" => "agent-registry",
        "appconfigdata" => "appconfig",
        "appstream2" => "appstream",
        "appsync-api" or "appsync-realtime-api" => "appsync",
        "aps-workspaces" => "aps",
        "arc-recovery-control-config" => "route53-recovery-control-config",
        "arc-region-switch-control-plane" => "arc-region-switch",
        "agreement-marketplace" or "catalog-marketplace" or "deployment-marketplace" or "discovery-marketplace"
            or "entitlement-marketplace" or "metering-marketplace" or "reporting-marketplace"
            or "catalog.marketplace" or "entitlement.marketplace" or "metering.marketplace" => "aws-marketplace",
        "bedrock-agent" or "bedrock-agent-runtime" or "bedrock-data-automation" or "bedrock-data-automation-runtime"
            or "bedrock-runtime" => "bedrock",
        "bedrock-agentcore-control" => "bedrock-agentcore",
        "cassandra-streams" => "cassandra",
        "identity-chime" or "media-pipelines-chime" or "meetings-chime" or "messaging-chime" or "voice-chime" => "chime",
        "cloudhsmv2" => "cloudhsm",
        "cloudsearchdomain" => "cloudsearch",
        "contact-lens" => "connect",
        "discovery-datasync" => "datasync",
        "ddb" or "search-ddb" or "search-dynamodb" or "streams-dynamodb" => "dynamodb",
        "efs" => "elasticfilesystem",
        "emr-serverless-services" => "emr-serverless",
        "aos" => "es",
        "participant.connect" => "execute-api",
        "forecastquery" => "forecast",
        "ivsrealtime" => "ivs",
        "kafka-api" => "kafka",
        "control-kinesis" or "data-kinesis" => "kinesis",
        "data-lakeformation" or "query-lakeformation" => "lakeformation",
        "models-v2-lex" or "runtime-v2-lex" => "lex",
        "stream-logs" or "streaming-logs" => "logs",
        "dicom-medical-imaging" or "runtime-medical-imaging" => "medical-imaging",
        "memory-db" => "memorydb",
        "migrationhub-config" => "mgh",
        "pinpoint" => "mobiletargeting",
        "mturk-requester-sandbox" => "mturk-requester",
        "analytics-omics" or "control-storage-omics" or "storage-omics" or "tags-omics" or "workflows-omics" => "omics",
        "personalize-events" or "personalize-runtime" => "personalize",
        "s3-accelerate" or "s3-accesspoint" or "s3-control" => "s3",
        "s3express-control" => "s3express",
        "servicecatalog-appregistry" => "servicecatalog",
        "data-servicediscovery" => "servicediscovery",
        "email" or "mail-manager" => "ses",
        "data-signer" => "signer",
        "sms-voice.pinpoint" => "sms-voice",
        "oidc" => "sso-oauth",
        "portal.sso" => "awsssoportal",
        "sync-states" => "states",
        "timestream-ingest" or "timestream-query" => "timestream",
        "transcribestreaming" => "transcribe",

        // AWS IoT: below iot stand several services, and the devices' data endpoint with an account's id before it.
        "api.fleethub.iot" => "iotfleethub",
        "api.iot-tunneling" or "api.tunneling.iot" => "IoTSecuredTunneling",
        "data.iotevents" => "ioteventsdata",
        "greengrass-ats.iot" or "greengrass.iot" => "greengrass",
        ".jobs.iot" => "iot-jobs-data",
        ".iot" => "iotdata",
        _ => UnsignedHost.IsBeforeRegion(labels) ? UnsignedHost.Name : null,
    };
}
