using System.ComponentModel;
using System.Diagnostics;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// The SDKs of other languages that this machine has, as commands that run their script of <c>Tests/Sdk</c>. A test whose SDK
/// is missing is skipped, and says what to install.
/// </summary>
internal static class SdkTools
{
    private static readonly Lazy<string?> Python = new(() => Find(["/usr/bin/python3", "python3"], "-c", "import boto3"));
    private static readonly Lazy<string?> AwsCli = new(() => Find(["/usr/bin/aws", "aws"], "--version"));
    private static readonly Lazy<string?> Node = new(() => Find(["node"], "-e",
        "const { resolve } = require('module').createRequire(process.argv[1]);"
        + "resolve('@aws-sdk/client-s3'), resolve('@aws-sdk/lib-storage');"
        + "process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)",
        Script("package.json")));

    /// <summary>boto3, AWS's SDK for Python.</summary>
    public static string[] Boto3 => [Python.Value ?? Missing("boto3", "python3-boto3 (apt)"), Script("boto3_uploads.py")];

    /// <summary>The AWS CLI.</summary>
    public static string[] Aws => ["bash", Script("awscli_uploads"), AwsCli.Value ?? Missing("the AWS CLI", "awscli (apt)")];

    /// <summary>AWS's SDK for JavaScript.</summary>
    public static string[] ClientS3 =>
    [
        Node.Value ?? Missing("@aws-sdk/client-s3", "Node.js 18 or newer with npm, then run npm ci in Tests/Sdk"),
        Script("client_s3_uploads.mjs"),
    ];

    private static string Script(string name) => Path.Combine(Repository.Folder, "Tests", "Sdk", name);

    private static string Missing(string sdk, string what)
    {
        Skip.Test($"{sdk} is not on this machine: run make sdks, or install {what}.");
        return "";
    }

    /// <summary>The first of the programs that there is and that does what it is asked without a failure.</summary>
    private static string? Find(string[] programs, params string[] arguments) => programs.FirstOrDefault(program =>
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // there is none
        }
    });
}
