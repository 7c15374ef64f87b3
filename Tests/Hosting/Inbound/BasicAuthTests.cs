using System.Text;
using AwsSigV4Proxy.Hosting;
using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Hosting.Inbound;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Inbound;

/// <summary>Who is let in by --basic-auth-file, and what the file may look like.</summary>
internal sealed class BasicAuthTests
{
    private const string Users = "# who may\n\nalice:opensesame\r\n  \nbob:a:b:c\njosé:pässword\nalice:nextone\nspace: two words ";

    private readonly CollectingLogger _logger = new();
    private readonly ManualTime _time = new();

    [Test]
    [Arguments("alice:opensesame", true)]
    [Arguments("alice:nextone", true)]
    [Arguments("bob:a:b:c", true)]
    [Arguments("josé:pässword", true)]
    [Arguments("space: two words ", true)]
    [Arguments("alice:wrong", false)]
    [Arguments("alice:", false)]
    [Arguments("alice", false)]
    [Arguments("alice:opensesame\r", false)]
    [Arguments("ALICE:opensesame", false)]
    [Arguments("bob:a", false)]
    [Arguments("mallory:opensesame", false)]
    [Arguments("# who may", false)]
    [Arguments("", false)]
    public async Task Check_Credentials_AreThoseOfALine(string credentials, bool known)
    {
        using var folder = new TestFolder();
        var auth = Load(folder, Users);

        var error = auth.Check(Request(Basic(credentials)));

        await Assert.That(error is null).IsEqualTo(known);
    }

    [Test]
    public async Task Check_WrongUserAndWrongPassword_GetTheSameAnswer()
    {
        using var folder = new TestFolder();
        var auth = Load(folder, Users);

        var wrongUser = auth.Check(Request(Basic("mallory:opensesame")));
        var wrongPassword = auth.Check(Request(Basic("alice:guess")));

        await Assert.That(wrongUser).IsNotNull().And.IsEqualTo(wrongPassword);
        await Assert.That(wrongUser!.Status).IsEqualTo(401);
        await Assert.That(wrongUser.WwwAuthenticate).StartsWith("Basic realm=");
    }

    [Test]
    [Arguments("basic {0}", true)]
    [Arguments("BASIC {0}", true)]
    [Arguments("Basic   {0}  ", true)]
    [Arguments("Basic{0}", false)]
    [Arguments("Bearer {0}", false)]
    [Arguments("Basic", false)]
    [Arguments("Basic ", false)]
    [Arguments("Basic ***", false)]
    [Arguments("Basic {0}é", false)]
    [Arguments("Basic {0}, Basic {0}", false)]
    [Arguments("AWS4-HMAC-SHA256 Credential=x", false)]
    public async Task Check_Header_IsBasicAndBase64(string header, bool known)
    {
        using var folder = new TestFolder();
        var auth = Load(folder, Users);
        var token = Convert.ToBase64String("alice:opensesame"u8);

        var error = auth.Check(Request(header.Replace("{0}", token, StringComparison.Ordinal)));

        await Assert.That(error is null).IsEqualTo(known);
    }

    [Test]
    public async Task Check_HeaderMissingRepeatedOrHuge_IsUnauthorized()
    {
        using var folder = new TestFolder();
        var auth = Load(folder, Users);
        var good = Basic("alice:opensesame");

        await Assert.That(auth.Check(Request())!.Code).IsEqualTo("unauthorized");
        await Assert.That(auth.Check(Request(good, good))!.Code).IsEqualTo("unauthorized");
        await Assert.That(auth.Check(Request(Basic("alice:" + new string('x', 60_000))))!.Code).IsEqualTo("unauthorized");
    }

    [Test]
    public async Task Check_FileChanged_TakesTheNewUsersOnly()
    {
        using var folder = new TestFolder();
        var auth = Load(folder, "alice:one");
        await Assert.That(auth.Check(Request(Basic("alice:one")))).IsNull();

        File.WriteAllText(folder["users"], "alice:two!");
        _time.Advance(FileBacked<string>.CheckInterval);

        await Assert.That(auth.Check(Request(Basic("alice:two!")))).IsNull();
        await Assert.That(auth.Check(Request(Basic("alice:one")))).IsNotNull();
    }

    [Test]
    [Arguments("alice:opensesame\nhunter2\n", "Line 2 of ")]
    [Arguments("\n# x\n:hunter2", "Line 3 of ")]
    [Arguments("hunter2:", "Line 1 of ")]
    [Arguments("alice:{SHA}hunter2", "Line 1 of ")]
    [Arguments("alice:$apr1$hunter2", "Line 1 of ")]
    [Arguments("alice:$2y$05$hunter2hunter2hunter2hunter2hunter2hunter2hunter2abcd", "Line 1 of ")]
    [Arguments("# hunter2\n\n", "has no user in it")]
    public async Task Load_UnusableFile_NamesTheLineAndNeverItsText(string content, string expected)
    {
        using var folder = new TestFolder();

        var exception = await Assert.That(() => Load(folder, content)).Throws<StartupException>();

        await Assert.That(exception!.Message).Contains(expected).And.Contains(folder["users"]);
        await Assert.That(exception + exception.Hint).DoesNotContain("hunter2");
    }

    [Test]
    public async Task Load_ByteOrderMark_IsNoPartOfTheFirstUser()
    {
        using var folder = new TestFolder();
        var auth = Load(folder, "\uFEFFalice:opensesame");

        await Assert.That(auth.Check(Request(Basic("alice:opensesame")))).IsNull();
    }

    [Test]
    [Arguments(UnixFileMode.UserRead | UnixFileMode.UserWrite, false)]
    [Arguments(UnixFileMode.UserRead | UnixFileMode.GroupRead, false)]
    [Arguments(UnixFileMode.UserRead | UnixFileMode.OtherRead, true)]
    public async Task Load_FileThatOthersMayRead_Warns(UnixFileMode mode, bool warns)
    {
        if (OperatingSystem.IsWindows())
            return;

        using var folder = new TestFolder();
        File.SetUnixFileMode(folder.Write("target", "alice:opensesame"), mode);
        File.CreateSymbolicLink(folder["users"], "target");

        _ = new BasicAuth(folder["users"], _logger, _time);

        await Assert.That(_logger.Lines).Count().IsEqualTo(warns ? 1 : 0);
    }

    private BasicAuth Load(TestFolder folder, string content)
    {
        var path = folder.Write("users", content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new BasicAuth(path, _logger, _time);
    }

    private static string Basic(string credentials) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));

    private static DefaultHttpContext Request(params string[] authorization)
    {
        var context = new DefaultHttpContext();
        if (authorization.Length > 0)
            context.Request.Headers.Authorization = authorization;
        return context;
    }
}
