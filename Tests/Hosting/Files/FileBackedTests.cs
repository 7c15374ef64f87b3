using System.IO.Pipes;
using AwsSigV4Proxy.Hosting;
using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Files;

/// <summary>Values made from files, and when they are made anew.</summary>
internal sealed class FileBackedTests
{
    private readonly CollectingLogger _logger = new();
    private readonly ManualTime _time = new();

    [Test]
    public async Task Current_FileChanged_IsMadeAnewAfterTheInterval()
    {
        using var folder = new TestFolder();
        var path = Write(folder, "one", 1);
        var value = Create(path);

        Write(folder, "two", 2);
        var withinInterval = value.Current;
        _time.Advance(FileBacked<string>.CheckInterval);

        await Assert.That(withinInterval).IsEqualTo("one");
        await Assert.That(value.Current).IsEqualTo("two");
        await Assert.That(_logger.Lines).IsEquivalentTo([$"Information: reloaded {path}"]);
    }

    [Test]
    public async Task Current_FileUnchanged_IsNotMadeAnew()
    {
        using var folder = new TestFolder();
        var path = Write(folder, "one", 1);
        var loads = 0;
        var value = new FileBacked<string>(
            () =>
            {
                loads++;
                return File.ReadAllText(path);
            },
            [path], _logger, _time);

        for (var i = 0; i < 5; i++)
        {
            _time.Advance(FileBacked<string>.CheckInterval);
            _ = value.Current;
        }

        await Assert.That(loads).IsEqualTo(1);
    }

    [Test]
    public async Task Current_NewFileUnusable_KeepsTheOldValueAndSaysSoOnce()
    {
        using var folder = new TestFolder();
        var path = Write(folder, "one", 1);
        var value = Create(path);

        Write(folder, "bad", 2);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(FileBacked<string>.CheckInterval);
            await Assert.That(value.Current).IsEqualTo("one");
        }

        await Assert.That(_logger.Lines).IsEquivalentTo(
            [$"Error: not reloaded, what was loaded before stays in use: {path}: It is bad. Write a better one."]);

        Write(folder, "three", 3);
        _time.Advance(FileBacked<string>.CheckInterval);
        await Assert.That(value.Current).IsEqualTo("three");
    }

    [Test]
    public async Task Current_FileGone_KeepsTheOldValue()
    {
        using var folder = new TestFolder();
        var path = Write(folder, "one", 1);
        var value = Create(path);

        File.Delete(path);
        _time.Advance(FileBacked<string>.CheckInterval);

        await Assert.That(value.Current).IsEqualTo("one");
        await Assert.That(_logger.Lines).Count().IsEqualTo(1);
    }

    [Test]
    public async Task Current_LinkOfTheFolderSwapped_IsMadeAnew()
    {
        if (OperatingSystem.IsWindows())
            return;

        // The shape of a mounted Kubernetes secret: file -> ..data/file, ..data -> a folder for each version.
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder["v1"]);
        Directory.CreateDirectory(folder["v2"]);
        Write(folder, "one", 1, "v1/file");
        Write(folder, "two", 2, "v2/file");
        Directory.CreateSymbolicLink(folder["..data"], "v1");
        File.CreateSymbolicLink(folder["file"], "..data/file");
        var value = Create(folder["file"]);

        Directory.Delete(folder["..data"]);
        Directory.CreateSymbolicLink(folder["..data"], "v2");
        _time.Advance(FileBacked<string>.CheckInterval);

        await Assert.That(value.Current).IsEqualTo("two");
    }

    [Test]
    public async Task Current_AnotherThreadReloads_GetsTheOldValueWithoutWaiting()
    {
        using var folder = new TestFolder();
        var path = Write(folder, "one", 1);
        using var loading = new ManualResetEventSlim();
        using var finish = new ManualResetEventSlim();
        var first = true;
        var value = new FileBacked<string>(
            () =>
            {
                if (!first)
                {
                    loading.Set();
                    finish.Wait();
                }

                first = false;
                return File.ReadAllText(path);
            },
            [path], _logger, _time);

        Write(folder, "two", 2);
        _time.Advance(FileBacked<string>.CheckInterval);
        var reloading = Task.Run(() => value.Current);
        loading.Wait();
        _time.Advance(FileBacked<string>.CheckInterval);
        var meanwhile = value.Current;
        finish.Set();

        await Assert.That(meanwhile).IsEqualTo("one");
        await Assert.That(await reloading).IsEqualTo("two");
    }

    [Test]
    public async Task Current_OfAPipe_IsReadOnce()
    {
        if (!OperatingSystem.IsLinux())
            return;

        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        using (var writer = new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle))
            writer.Write("secret"u8);

        var value = Create($"/proc/self/fd/{pipe.SafePipeHandle.DangerousGetHandle()}");
        _time.Advance(FileBacked<string>.CheckInterval);

        await Assert.That(value.Current).IsEqualTo("secret");
        await Assert.That(_logger.Lines).IsEmpty();
    }

    private static string Write(TestFolder folder, string content, int version, string name = "file")
    {
        var path = folder.Write(name, content);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(version));
        return path;
    }

    private FileBacked<string> Create(string path) => new(
        () => File.ReadAllText(path) is var text and not "bad" ? text : throw new StartupException("It is bad.", "Write a better one."),
        [path], _logger, _time);
}
