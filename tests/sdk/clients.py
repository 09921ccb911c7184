"""Clients of newest SDKs: how each is made, and what runs it.

Each calls GetCallerIdentity until its time is over (the first argument,
seconds), twice a second, and prints the ARN and the access key of each call.
"""

import os
import re
import shutil
import subprocess

PYTHON = '''
import sys, time
import boto3
session = boto3.Session()
client = session.client('sts')
end = time.monotonic() + float(sys.argv[1])
while True:
    print(client.get_caller_identity()['Arn'],
          session.get_credentials().access_key, flush=True)
    if time.monotonic() >= end:
        break
    time.sleep(0.5)
'''

JAVASCRIPT = '''
import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
const client = new STSClient({});
const end = Date.now() + 1000 * Number(process.argv[2]);
for (;;) {
  const answer = await client.send(new GetCallerIdentityCommand({}));
  const keys = await client.config.credentials();
  console.log(answer.Arn, keys.accessKeyId);
  if (Date.now() >= end) break;
  await new Promise((done) => setTimeout(done, 500));
}
'''

GO = '''
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func end(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		end(err)
	}
	client := sts.NewFromConfig(cfg)
	seconds, _ := strconv.Atoi(os.Args[1])
	until := time.Now().Add(time.Duration(seconds) * time.Second)
	for {
		out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			end(err)
		}
		keys, _ := cfg.Credentials.Retrieve(ctx)
		fmt.Println(*out.Arn, keys.AccessKeyID)
		if time.Now().After(until) {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
}
'''

JAVA_POM = '''<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>sdk</groupId>
<artifactId>sdk</artifactId><version>1</version>
<properties><maven.compiler.source>17</maven.compiler.source>
<maven.compiler.target>17</maven.compiler.target></properties>
<dependencies><dependency><groupId>software.amazon.awssdk</groupId>
<artifactId>sts</artifactId><version>LATEST</version></dependency>
</dependencies></project>
'''

JAVA = '''
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.services.sts.StsClient;

public class Client {
  public static void main(String[] args) throws Exception {
    var provider = DefaultCredentialsProvider.create();
    var client = StsClient.builder().credentialsProvider(provider).build();
    long end = System.currentTimeMillis() + 1000 * Long.parseLong(args[0]);
    for (;;) {
      System.out.println(client.getCallerIdentity().arn() + " "
          + provider.resolveCredentials().accessKeyId());
      if (System.currentTimeMillis() >= end) break;
      Thread.sleep(500);
    }
  }
}
'''

RUST_TOML = '''[package]
name = "client"
version = "0.1.0"
edition = "2021"
[dependencies]
aws-config = { version = "1", features = ["behavior-version-latest"] }
aws-sdk-sts = "1"
aws-credential-types = "1"
tokio = { version = "1", features = ["full"] }
'''

RUST = '''
use aws_credential_types::provider::ProvideCredentials;
use std::time::{Duration, Instant};

#[tokio::main]
async fn main() {
    let seconds: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let config = aws_config::load_from_env().await;
    let client = aws_sdk_sts::Client::new(&config);
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        let out = client.get_caller_identity().send().await.unwrap();
        let keys = config.credentials_provider().unwrap()
            .provide_credentials().await.unwrap();
        println!("{} {}", out.arn().unwrap(), keys.access_key_id());
        if Instant::now() >= end { break; }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
'''


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


def run(folder, *argv):
    return subprocess.run(argv, cwd=folder, check=True, capture_output=True,
                          text=True, timeout=900).stdout


def make_python(folder, python='python3'):
    run(folder, python, '-m', 'venv', 'venv')
    run(folder, 'venv/bin/pip', '-q', 'install', '--upgrade', 'boto3')
    version = run(folder, 'venv/bin/python', '-c',
                  'import boto3; print(boto3.__version__)')
    return 'boto3 ' + version.strip(), [
        os.path.join(folder, 'venv/bin/python'),
        write(folder, 'client.py', PYTHON)]


def make_javascript(folder):
    write(folder, 'package.json', '{"private": true}')
    run(folder, 'npm', 'install', '--silent', '@aws-sdk/client-sts')
    version = run(folder, 'node', '-p', "require('./node_modules/@aws-sdk/"
                  "client-sts/package.json').version")
    return 'JavaScript ' + version.strip(), [
        'node', write(folder, 'client.mjs', JAVASCRIPT)]


def make_go(folder):
    write(folder, 'main.go', GO)
    if not os.path.exists(os.path.join(folder, 'go.mod')):
        run(folder, 'go', 'mod', 'init', 'sdk')
    run(folder, 'go', 'mod', 'tidy')
    run(folder, 'go', 'build', '-o', 'client', '.')
    version = run(folder, 'go', 'list', '-m', '-f', '{{.Version}}',
                  'github.com/aws/aws-sdk-go-v2')
    return 'Go ' + version.strip(), [os.path.join(folder, 'client')]


def make_java(folder):
    write(folder, 'pom.xml', JAVA_POM)
    write(folder, 'src/main/java/Client.java', JAVA)
    run(folder, 'mvn', '-q', '-B', 'compile', 'dependency:copy-dependencies')
    jars = os.listdir(os.path.join(folder, 'target/dependency'))
    version = [name[4:-4] for name in jars if name.startswith('sts-')][0]
    return 'Java ' + version, [
        'java', '-cp', '%s/target/classes:%s/target/dependency/*' % (
            folder, folder), 'Client']


def make_rust(folder):
    write(folder, 'Cargo.toml', RUST_TOML)
    write(folder, 'src/main.rs', RUST)
    run(folder, 'cargo', 'build', '-q')
    version = run(folder, 'cargo', 'pkgid', 'aws-config').strip()
    return 'Rust ' + version.rsplit('@', 1)[-1].rsplit('#', 1)[-1], [
        os.path.join(folder, 'target/debug/client')]


CLIENTS = {'boto3': ('python3', make_python),
           'js': ('npm', make_javascript),
           'go': ('go', make_go),
           'java': ('mvn', make_java),
           'rust': ('cargo', make_rust)}


def make(name, folder, *program):
    """(its name and version, its argv), or (None, why it is not there).

    program: another interpreter, for boto3.
    """
    tool, maker = CLIENTS[name]
    if not shutil.which(tool):
        return None, 'no ' + tool
    folder = os.path.join(folder, name)
    os.makedirs(folder, exist_ok=True)
    try:
        return maker(folder, *program)
    except subprocess.TimeoutExpired as problem:
        return None, str(problem)
    except subprocess.CalledProcessError as problem:
        text = re.sub('\033\\[[0-9;]*m', '', problem.stderr + problem.stdout)
        lines = text.split('\n')
        errors = [line for line in lines if re.match(r'\[?error', line, re.I)]
        return None, (errors or [line for line in lines if line.strip()]
                      or ['?'])[-1][:100]
