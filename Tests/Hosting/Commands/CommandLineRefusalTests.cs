using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

/// <summary>What the command line refuses: the message, the hint, exit status 2, and nothing was run.</summary>
internal sealed class CommandLineRefusalTests
{
    [Test]
    [Arguments("-f", "--forward-to lacks its value", "write --forward-to URL")]
    [Arguments("-f --service x", "--forward-to lacks its value: an option follows", "write --forward-to URL, or --forward-to=URL where the value begins with '-'")]
    [Arguments("-f -s", "--forward-to lacks its value: an option follows", "write --forward-to URL, or --forward-to=URL where the value begins with '-'")]
    [Arguments("--region=", "--region: the value is empty", "write --region NAME")]
    [Arguments("-l -1", "--listen-on: '-1' is not a port from 0 to 65535", "write 8080, 127.0.0.1:8080, [::1]:8080, localhost:8080 or unix:/path; port 0 takes a free one")]
    [Arguments("-u -1", "--utility-port: '-1' is not a port from 0 to 65535", "write a port such as 9090; 0 turns it off")]
    [Arguments("-u 65536", "--utility-port: '65536' is not a port from 0 to 65535", "write a port such as 9090; 0 turns it off")]
    [Arguments("--lisen-on 80", "unknown option '--lisen-on'", "did you mean --listen-on?")]
    [Arguments("--forward https://x.test", "unknown option '--forward'", "did you mean --forward-to?")]
    [Arguments("--Service es", "unknown option '--Service'", "did you mean --service?")]
    [Arguments("-service es", "unknown option '-service'", "did you mean --service?")]
    [Arguments("--drop-header=secret", "unknown option '--drop-header'", "did you mean --strip-header?")]
    [Arguments("-unsigned-payload", "unknown option '-unsigned-payload'", "did you mean --unsigned-payload?")]
    [Arguments("--unsigned-payload --payload signed", "--payload is given twice", "leave one of them out")]
    [Arguments("--unsigned-payload=maybe", "--unsigned-payload: 'maybe' is neither true nor false", "write true or false")]
    [Arguments("-x", "unknown option '-x'", "aws-sigv4-proxy --help lists the options")]
    [Arguments("-hV", "--help takes no value", "write --help")]
    [Arguments("--version=1", "--version takes no value", "write --version")]
    [Arguments("-s es --name s3", "--service is given twice", "leave one of them out")]
    [Arguments("--no-verify-ssl=maybe", "--no-verify-ssl: 'maybe' is neither true nor false", "write true or false")]
    [Arguments("--no-verify-ssl false", "unexpected argument 'false'", "a flag's value stands behind an '=': --no-verify-ssl=false")]
    [Arguments("scpoe https://x.test", "unknown command 'scpoe'", "did you mean 'scope'?")]
    [Arguments("help dmeo", "unknown command 'dmeo'", "did you mean 'demo'?")]
    [Arguments("start", "unknown command 'start'", "aws-sigv4-proxy --help shows what may be given")]
    [Arguments("https://u:secret@x.test", "unknown command '***@x.test'", "write --forward-to in front of the URL")]
    [Arguments("-f https://x.test demo", "unexpected argument 'demo'", "a command comes first: aws-sigv4-proxy demo")]
    [Arguments("demo --server", "unknown option '--server'", "did you mean --serve?")]
    [Arguments("demo --service es", "unknown option '--service'", "did you mean --serve?")]
    [Arguments("demo now", "unexpected argument 'now'", "aws-sigv4-proxy demo --help shows what may be given")]
    [Arguments("-f x.test", "--forward-to: 'x.test' has no scheme", "did you mean https://x.test?")]
    [Arguments("-f https://u:secret@x.test", "--forward-to: the URL has a user or a password", "leave them out: AWS credentials come from the AWS default chain")]
    [Arguments("-f https://x.test --forward-by-host", "--forward-to and --forward-by-host contradict each other", "leave out --forward-by-host to send every request to that URL")]
    [Arguments("-f https://x.test --allow-host y.test", "--allow-host needs --forward-by-host", "with --forward-to every request goes to that URL: leave out --allow-host")]
    [Arguments("--forward-by-host --sign-host y.test", "--sign-host needs --forward-to", "with --forward-by-host each request names the host that is signed")]
    [Arguments("--forward-by-host --allow-host *", "--allow-host: '*' names no host: the proxy would sign for any", "write HOST, HOST:PORT, *.DOMAIN, or http://HOST:PORT for one without TLS")]
    [Arguments("-f https://x.test --sign-host https://y.test", "--sign-host: 'https://y.test': there is more than a host and a port", "write HOST or HOST:PORT, without a scheme and a path")]
    [Arguments("-f https://x.test --sign-host y.test:0", "--sign-host: 'y.test:0': the port is not a number from 1 to 65535", "write HOST or HOST:PORT where the host stands, an IPv6 address in brackets, as in [::1]")]
    [Arguments("-f https://x.test --algorithm sigv5", "--algorithm: 'sigv5' is not a version of the signature", "write one of: sigv4, sigv4a")]
    [Arguments("-f https://x.test --region-set us-*", "--region-set is for Signature Version 4A", "add --algorithm sigv4a, or give one region with --region")]
    [Arguments("-f https://x.test --algorithm sigv4a --region-set us.*", "--region-set: 'us.*' is not a region of a region set", "write a name such as eu-west-1 or us-west-*, or * for all")]
    [Arguments("-f https://x.test --strip-header Host", "--strip-header: 'Host' names the upstream and is always signed", "give it with --sign-host")]
    [Arguments("-f https://x.test --strip-header content-length", "--strip-header: 'content-length' frames the message or is for one hop alone", "leave it out: the proxy writes it itself")]
    [Arguments("-f https://x.test --strip-header a:b", "--strip-header: 'a:b' is not the name of a header", "write letters, digits and hyphens, as in X-Team")]
    [Arguments("-f https://x.test --duplicate-header TE", "--duplicate-header: 'TE' frames the message or is for one hop alone", "leave it out: the proxy writes it itself")]
    [Arguments("-f https://x.test --set-header X-Secret", "--set-header: there is no ':' between a name and a value", "write 'Name: value', in quotes")]
    [Arguments("-f https://x.test --set-header X-Amz-Date:secret", "--set-header: 'X-Amz-Date' is part of the signature", "leave it out: the proxy writes it itself")]
    [Arguments("-f https://x.test --set-header x-amz-content-sha256:secret", "--set-header: 'x-amz-content-sha256' is part of the signature", "choose with --payload what is signed of bodies")]
    [Arguments("-f https://x.test --set-header Authorization:secret", "--set-header: 'Authorization' is where the signature goes", "leave it out, or do not sign, with --no-sign")]
    [Arguments("-f https://x.test --set-header X-A:1 --set-header x-a:2", "--set-header: 'X-A' is given twice", "join the values with a comma, or leave one out")]
    [Arguments("-f https://x.test --set-header X-A:\u0001", "--set-header: the value of 'X-A' has a control character", "leave it out (RFC 9110, 5.5)")]
    [Arguments("-f http://127.0.0.1:8080", "--forward-to names the proxy itself", "give another target, or another port with --listen-on")]
    [Arguments("-f https://[::1]:81 -l 81", "--forward-to names the proxy itself", "give another target, or another port with --listen-on")]
    [Arguments("--forward-by-host --allow-host http://localhost:8080", "--allow-host names the proxy itself", "give another target, or another port with --listen-on")]
    [Arguments("-f https://x.test --set-header X-Key: secret", "--set-header: the value is in two parts", "write 'Name: value', in quotes")]
    [Arguments("-f https://x.test --set-header X@Y:secret", "--set-header: what stands before the ':' is not the name of a header", "write 'Name: value', in quotes")]
    [Arguments("-f https://x.test --set-header Proxy-Authorization:secret", "--set-header: 'Proxy-Authorization' frames the message or is for one hop alone", "leave it out: the proxy writes it itself")]
    [Arguments("-f https://x.test -s x --region-set *", "--region-set is for Signature Version 4A", "add --algorithm sigv4a, or give one region with --region")]
    [Arguments("-f https://x.test -s es/x", "--service: 'es/x' is not a service's signing name", "write a name such as es, s3 or execute-api; not a host or a URL")]
    [Arguments("-f https://x.test -r eu.west.1", "--region: 'eu.west.1' is not a region", "write a name such as eu-west-1")]
    [Arguments("-f https://x.test -a reader", "--assume-role: 'reader' is not the ARN of an IAM role", "write arn:aws:iam::ACCOUNT:role/NAME, with twelve digits as ACCOUNT")]
    [Arguments("-f https://x.test --allow-origin ,", "--allow-origin: the list is empty", "repeat the option, or separate with commas")]
    [Arguments("-f https://x.test --connect-timeout 0", "--connect-timeout: '0' is out of range", "write a duration from 1ms to 24h")]
    [Arguments("-f https://x.test --request-timeout soon", "--request-timeout: 'soon' is not a duration", "write seconds, or a number with ms, s, m or h: 30, 500ms, 1.5s, 5m, 1h")]
    [Arguments("-f https://x.test --signature-lifetime 3601", "--signature-lifetime: '3601' is out of range", "write a duration from 1s to 1h, or sign with --sign-location query")]
    [Arguments("-f https://x.test --sign-location query --signature-lifetime 604801", "--signature-lifetime: '604801' is out of range", "write a duration from 1s to 168h")]
    [Arguments("-f https://x.test --sign-location query --signature-lifetime 1500ms", "--signature-lifetime: '1500ms' is not a whole number of seconds", "a signature in the query names its lifetime in seconds")]
    [Arguments("-f https://x.test --sign-location body", "--sign-location: 'body' is not a place for a signature", "write one of: header, query")]
    [Arguments("-f https://x.test --payload none", "--payload: 'none' is not a way to sign bodies", "write one of: auto, signed, unsigned")]
    [Arguments("-f https://x.test -s vpc-lattice-svcs --payload signed", "--payload: vpc-lattice-svcs takes no signed bodies", "leave out --payload: auto sends it what it takes")]
    [Arguments("-f https://x.test --signature-lifetime 999ms", "--signature-lifetime: '999ms' is out of range", "write a duration from 1s to 168h")]
    [Arguments("-f https://x.test --buffer-size 2GiB", "--buffer-size: '2GiB' is out of range", "write a size of at most 1GiB")]
    [Arguments("-f https://x.test --max-body-size 1025TiB", "--max-body-size: '1025TiB' is out of range", "write a size of at most 1024TiB")]
    [Arguments("-f https://x.test --max-body-size 0", "--max-body-size: '0' is out of range", "write a size of at least one byte")]
    [Arguments("-f https://x.test --log-level warning", "--log-level: 'warning' is not a log level", "write one of: trace, debug, info, warn, error")]
    [Arguments("-f https://x.test --log-format xml", "--log-format: 'xml' is not a log format", "write one of: text, json")]
    [Arguments("-f https://x.test --allow-origin *", "--allow-origin: '*' would let any web page use these credentials", "name the origins that may, one by one")]
    [Arguments("-f https://x.test -c /nowhere/cert.pem", "--cert: '/nowhere/cert.pem' does not exist", "give a PEM file with the certificate that this user can read")]
    [Arguments("-f https://x.test --basic-auth-file user:secret", "--basic-auth-file: the file does not exist", "give a file with lines user:password that this user can read")]
    [Arguments("-f https://x.test -l 8080 -u 8080", "--listen-on and --utility-port have the same port, 8080", "give --utility-port another port, or 0 to turn it off")]
    [Arguments("-f https://x.test -l localhost:9090", "--listen-on and --utility-port have the same port, 9090", "give --utility-port another port, or 0 to turn it off")]
    [Arguments("-f https://x.test --buffer-size 2KiB --max-body-size 1KiB", "--buffer-size is larger than --max-body-size", "no body gets that large: lower the one or raise the other")]
    public async Task Run_BadArguments_AreRefusedWithAHint(string arguments, string message, string hint)
    {
        var run = await CommandLineRun.RunAsync(arguments);

        await Assert.That(run.Error).IsEqualTo($"error: {message}\nhint: {hint}\n");
        await Assert.That(run.ExitStatus).IsEqualTo(2);
        await Assert.That(run.Output).IsEqualTo("");
        await Assert.That(run.Options).IsNull();
        await Assert.That(run.DemoServes).IsNull();
    }

    [Test]
    [Arguments("--external-id one", "--external-id needs --assume-role", "give the role with --assume-role ARN, or leave out --external-id")]
    [Arguments("--role-session-name me", "--role-session-name needs --assume-role", "give the role with --assume-role ARN, or leave out --role-session-name")]
    [Arguments("--role-duration 1h", "--role-duration needs --assume-role", "give the role with --assume-role ARN, or leave out --role-duration")]
    [Arguments("--sts-region eu-west-1", "--sts-region needs --assume-role", "give the role with --assume-role ARN, or leave out --sts-region")]
    [Arguments("-a ROLE --external-id se§cret", "--external-id: the value is not an external ID", "write 2 to 1224 letters, digits or characters of _+=,.@:/-")]
    [Arguments("-a ROLE --external-id x", "--external-id: the value is not an external ID", "write 2 to 1224 letters, digits or characters of _+=,.@:/-")]
    [Arguments("-a ROLE --role-session-name me/you", "--role-session-name: 'me/you' is not the name of a role's session", "write 2 to 64 letters, digits or characters of _+=,.@-")]
    [Arguments("-a ROLE --role-session-name naïve", "--role-session-name: 'naïve' is not the name of a role's session", "write 2 to 64 letters, digits or characters of _+=,.@-")]
    [Arguments("-a ROLE --role-session-name x", "--role-session-name: 'x' is not the name of a role's session", "write 2 to 64 letters, digits or characters of _+=,.@-")]
    [Arguments("-a ROLE --role-duration 899", "--role-duration: '899' is out of range", "write a duration from 900s to 12h")]
    [Arguments("-a ROLE --role-duration 13h", "--role-duration: '13h' is out of range", "write a duration from 900s to 12h")]
    [Arguments("-a ROLE --role-duration 900500ms", "--role-duration: '900500ms' is not a whole number of seconds", "STS counts in seconds")]
    [Arguments("-a ROLE -a ROLE --role-duration 2h", "--role-duration: '2h' is out of range", "a role that another role assumed lasts 1h at most")]
    [Arguments("-a ROLE --sts-region eu.west.1", "--sts-region: 'eu.west.1' is not a region", "write a name such as eu-west-1")]
    [Arguments("--profile [dev]", "--profile: '[dev]' is not the name of a profile", "`aws configure list-profiles` lists them; write the name without brackets")]
    [Arguments("--require-credentials --no-sign", "--require-credentials and --no-sign contradict each other", "leave out --require-credentials: nothing is signed")]
    public async Task Run_BadCredentialOptions_AreRefusedWithAHint(string options, string message, string hint)
    {
        var arguments = options.Replace("ROLE", "arn:aws:iam::123456789012:role/r", StringComparison.Ordinal);

        var run = await CommandLineRun.RunAsync($"-f https://x.test {arguments}");

        await Assert.That(run.Error).IsEqualTo($"error: {message}\nhint: {hint}\n");
        await Assert.That(run.ExitStatus).IsEqualTo(2);
        await Assert.That(run.Options).IsNull();
    }

    [Test]
    [Arguments("-a ROLE --role-duration 12h --role-session-name 64")]
    [Arguments("-a ROLE -a ROLE --role-duration 1h --role-session-name _+=,.@-")]
    public async Task Run_CredentialOptionsAtTheirLimits_AreTaken(string options)
    {
        var arguments = options.Replace("ROLE", "arn:aws:iam::123456789012:role/r", StringComparison.Ordinal)
            .Replace("64", new string('a', 64), StringComparison.Ordinal);

        await Assert.That((await CommandLineRun.RunAsync($"-f https://x.test {arguments}")).Error).IsEqualTo("");
    }

    [Test]
    [Arguments("--cert", "--cert needs --key", "give the certificate's private key with --key FILE")]
    [Arguments("--key", "--key needs --cert", "give the key's certificate with --cert FILE")]
    [Arguments("--no-verify-ssl --ca", "--ca and --no-verify-ssl contradict each other", "leave out --no-verify-ssl to trust the roots of that file")]
    public async Task Run_FileOptionsThatDoNotGoTogether_AreRefused(string options, string message, string hint)
    {
        using var files = new TestFolder();

        var run = await CommandLineRun.RunAsync($"-f https://x.test {options} {files.Write("file.pem")}");

        await Assert.That(run.Error).IsEqualTo($"error: {message}\nhint: {hint}\n");
        await Assert.That(run.ExitStatus).IsEqualTo(2);
    }

    // The framework's help, its version and its "--" must stay unreachable.
    [Test]
    [Arguments("--help")]
    [Arguments("-h")]
    [Arguments("--version")]
    [Arguments("--")]
    [Arguments("--region")]
    public async Task Run_ValueThatLooksLikeAnOption_IsAValueBehindAnEqualsSign(string value)
    {
        var run = await CommandLineRun.RunAsync(["-f", "https://x.test", $"--log-level={value}"]);

        await Assert.That(run.Error).StartsWith($"error: --log-level: '{value}' is not a log level\n");
        await Assert.That(run.ExitStatus).IsEqualTo(2);
    }

    [Test]
    public async Task Run_BufferSizeLeftOut_FollowsASmallerMaxBodySize()
    {
        var run = await CommandLineRun.RunAsync("-f https://x.test --max-body-size 64KiB");

        await Assert.That(run.Options!.BufferSizeBytes).IsEqualTo(64 << 10);
    }

    [Test]
    public async Task Run_BothPortsZero_AreTwoFreePorts()
    {
        var run = await CommandLineRun.RunAsync("-f https://x.test -l 0 -u 0");

        await Assert.That(run.Options!.ListenOn.TcpPort).IsEqualTo(0);
    }

    [Test]
    public async Task Run_ControlCharactersInAValue_AreNotWrittenToTheTerminal()
    {
        var run = await CommandLineRun.RunAsync(["-f", "https://x.test", "-r", "\u001b[2Jx\u202e"]);

        await Assert.That(run.Error).StartsWith(@"error: --region: '\u001B[2Jx\u202E' is not a region");
    }
}
