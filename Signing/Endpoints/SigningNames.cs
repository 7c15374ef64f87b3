namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// The signing names of services whose host names say something else. Switches rather than dictionaries: nothing is built
/// when the program starts. Sources: the endpoint rules and the service models that every AWS SDK carries, and the user
/// guides of the services for the hosts that they hand out to customers.
/// </summary>
internal static class SigningNames
{
    /// <summary>Stands in the tables for hosts of AWS that take no signature.</summary>
    private const string None = "";

    /// <summary>
    /// The signing name for the labels that stand before the region: that of the longest known name they end with, else their
    /// last label (<c>api.ecr</c> signs as <c>ecr</c>). Null when there are no labels, or when the host takes no signature.
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

        name ??= rest.StartsWith("s3express-") ? "s3express" : rest.ToString(); // s3express-{availability zone}
        return name == None ? null : name;
    }

    /// <summary>
    /// The signing name for the labels that stand between the region and the suffix, as in
    /// <c>search-logs-abc.eu-west-1.es.amazonaws.com</c>. Only known ones: below other names (<c>elb</c>, <c>compute</c>,
    /// <c>eks</c>) anyone can rent a host.
    /// </summary>
    public static string? AfterRegion(ReadOnlySpan<char> labels) => labels switch
    {
        "aoss" => "aoss",
        "cloudsearch" => "cloudsearch",
        "elasticmapreduce" => "elasticmapreduce",
        "es" => "es",
        "neptune" => "neptune-db",
        "neptune-graph" => "neptune-graph",
        "osis" => "osis",
        "queue" => "sqs",
        _ => null,
    };

    /// <summary>
    /// The signing name of hosts below <c>on.aws</c>, by the label before the region. Only known ones: each service hands
    /// out names there to its customers, and most of them take no signature.
    /// </summary>
    public static string? OnAws(ReadOnlySpan<char> labels) => labels[(labels.LastIndexOf('.') + 1)..] switch
    {
        "aos" => "es",
        "aoss" => "aoss",
        "lambda-url" => "lambda",
        "neptune-graph" => "neptune-graph",
        "vpc-lattice-svcs" => "vpc-lattice-svcs",
        _ => null,
    };

    /// <summary>
    /// The signing name of a whole host name before the suffix that has no region label. Only known ones. Hosts that take
    /// Signature Version 4A alone (<c>{id}.mrap.accesspoint.s3-global</c>, <c>{account}.cloudfront-kvs.global</c>,
    /// <c>{id}.endpoint.events</c>, <c>{id}.endpoints.email</c>) belong here once there is a signer for them.
    /// </summary>
    public static string? WithoutRegion(ReadOnlySpan<char> labels) => labels switch
    {
        "budgets" => "budgets",
        "cloudfront" => "cloudfront",
        "global.health" => "health",
        "iam" => "iam",
        "partnercentral-channel" => "partnercentral-channel",
        "partnercentral-prm" => "partnercentral",
        "route53" => "route53",
        "savingsplans" => "savingsplans",
        "sts" => "sts",
        "sustainability" => "sustainability",
        "waf" => "waf",
        // Hosts from before there was more than one region.
        "autoscaling" => "autoscaling",
        "ec2" => "ec2",
        "elasticmapreduce" => "elasticmapreduce",
        "queue" => "sqs",
        _ => null,
    };

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
        "ddb" or "streams-dynamodb" => "dynamodb",
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
        "greengrass-ats.iot" => "greengrass",
        ".jobs.iot" => "iot-jobs-data",
        ".credentials.iot" => None, // takes a device certificate
        ".iot" => "iotdata",

        "elb" => None, // load balancers: anyone can rent such a name
        "eks-cluster" => None, // Kubernetes API servers
        ".dkr.ecr" => None, // the Docker registry takes a token
        "s3-website" => None, // serves unsigned requests only
        _ => null,
    };
}
