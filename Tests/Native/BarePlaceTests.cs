using System.Diagnostics;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// Places as bare as a container: no home folder, no user in <c>/etc/passwd</c>, nothing to write to. Keys in the environment
/// are enough to sign.
/// </summary>
internal sealed class BarePlaceTests
{
    // A user of no name, as Kubernetes' runAsUser gives.
    private const string UnnamedUser = "4242424";

    [Test]
    [Arguments("-u HOME -u PATH")]
    [Arguments("HOME=")]
    [Arguments("HOME=/nowhere/at/all TMPDIR=/nowhere")]
    [Arguments("HOME=relative")]
    public async Task Proxy_WithoutAHome_Signs(string place) => await SignAsync(["/usr/bin/env", .. place.Split(' ')]);

    [Test]
    [Arguments("-u HOME")]
    [Arguments("HOME=/root")]
    public async Task Proxy_AsAUserOfNoName_Signs(string place)
    {
        string[] unnamed = ["setpriv", $"--reuid={UnnamedUser}", $"--regid={UnnamedUser}", "--clear-groups", "--no-new-privs"];
        if (!Succeeds([.. unnamed, Executable.FullPath, "--version"]))
            Skip.Test("the executable cannot be run as another user here (setpriv, root).");

        await SignAsync([.. unnamed, "/usr/bin/env", .. place.Split(' '), "TMPDIR=/"]);
    }

    // A file system that is read-only through and through, as Kubernetes' readOnlyRootFilesystem makes.
    [Test]
    public async Task Proxy_WithNothingToWriteTo_Signs()
    {
        string[] readOnly =
        [
            "unshare", "--mount", "/bin/sh", "-c", "mount --make-rprivate / && mount -o remount,bind,ro / && exec \"$@\"", "sh",
            "/usr/bin/env", "TMPDIR=/", "HOME=/",
        ];
        if (!Succeeds([.. readOnly, "/bin/sh", "-c", "! touch /written 2>/dev/null"]))
            Skip.Test("no file system can be made read-only here (unshare, root).");
        await SignAsync(readOnly);
    }

    private static async Task SignAsync(string[] launcher)
    {
        using var home = new TestFolder();
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await NativeProxy.LaunchAsync(upstream, home, NativeProxy.Credentials, launcher, "-r", "eu-west-1");

        using var body = new ByteArrayContent(new byte[4096]);
        using var answer = await proxy.Client.PostAsync("/", body);

        await Assert.That(answer.IsSuccessStatusCode).IsTrue();
        await Assert.That(upstream.Requests[0].AccessKeyId).IsEqualTo(TestProxy.Credentials.AccessKeyId);
    }

    private static bool Succeeds(string[] command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
