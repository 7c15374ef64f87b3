using System.Net.Sockets;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class ReadableFileTests
{
    [Test]
    public async Task Parse_FileThatCanBeRead_IsItsName()
    {
        using var files = new TestFolder();
        var path = files.Write("file");

        await Assert.That(ReadableFile.Parse(path, "a file")).IsEqualTo(path);
    }

    [Test]
    public async Task Parse_Folder_IsRefused()
    {
        using var files = new TestFolder();

        await Assert.That(() => ReadableFile.Parse(files.Path, "a file"))
            .Throws<UsageException>().WithMessage($"'{files.Path}' is a folder");
    }

    [Test]
    public async Task Parse_FileInAMissingFolder_IsRefused()
    {
        await Assert.That(() => ReadableFile.Parse("/nowhere/at/all", "a file"))
            .Throws<UsageException>().WithMessage("'/nowhere/at/all' does not exist");
    }

    [Test]
    public async Task Parse_FileThatCannotBeOpened_IsRefused()
    {
        using var files = new TestFolder();
        var path = Path.Combine(files.Path, "socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));

        await Assert.That(() => ReadableFile.Parse(path, "a file")).Throws<UsageException>().WithMessage($"'{path}' cannot be read");
    }

    [Test]
    [Arguments("-----BEGIN PRIVATE KEY-----")]
    [Arguments("user:hunter2\nother:hunter2")]
    public async Task Parse_TextOfTheFileItself_IsRefusedWithoutShowingIt(string text)
    {
        await Assert.That(() => ReadableFile.Parse(text, "a file"))
            .Throws<UsageException>().WithMessage("the value is a file's text, not its name");
    }
}
